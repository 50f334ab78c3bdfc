"""The base model as it is trained on, and the adapter beside it.

The only file that knows peft and bitsandbytes. The base stays as it was loaded (unquantised, int8
or nf4); what is trained and saved is the adapter alone.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from finetune.config import AdapterConfig, ModelConfig
from finetune.processes import rank
from index.errors import TrainingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch
    from peft import PeftModel
    from transformers import PreTrainedModel, PreTrainedTokenizerBase
    from transformers.utils.quantization_config import QuantizationConfigMixin


def load_tokenizer(base: Path) -> PreTrainedTokenizerBase:
    """The base's tokenizer with its chat template.

    Raises:
        TrainingError: no such folder, no tokenizer or no chat template in it.
    """
    from transformers import AutoTokenizer

    if not (base / "config.json").is_file():
        raise TrainingError(
            f"There is no model in {base}.", "Set model.base to a folder with a model's files."
        )
    try:
        tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    except (OSError, ValueError) as error:
        raise TrainingError(f"The tokenizer in {base} can't be read.") from error
    if tokenizer.chat_template is None:
        raise TrainingError(
            f"The tokenizer in {base} has no chat template.",
            "Take an instruction-tuned model, or put its chat_template.jinja there.",
        )
    return tokenizer


def load_base(model: ModelConfig, device: str = "") -> PreTrainedModel:
    """The frozen base model, quantised if the config says so.

    Args:
        model: what and how.
        device: where it is put; without it a quantised one is put on the GPU, if there is one, and
            another left to the Trainer.

    Raises:
        TrainingError: the folder holds no weights of a causal language model.
    """
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils.import_utils import is_flash_attn_2_available

    from finetune import attention

    # At each int8 product it would say that it rounds, and the bar would drown in it.
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)
    _refuse_other_models(model.base)
    if model.attention == "flash_attention_2" and not is_flash_attn_2_available():
        raise TrainingError(
            "model.attention flash_attention_2 needs a GPU and the flash_attn package.",
            'Set model.attention = "sdpa".',
        )
    dtype = getattr(torch, model.dtype)
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            model.base,
            output_loading_info=True,
            dtype=dtype,
            quantization_config=_quantisation(model),
            attn_implementation=attention.register()
            if model.attention == attention.NAME
            else model.attention,
            local_files_only=True,
            device_map=_places(model, device),
        )
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"The model in {model.base} can't be loaded: {type(error).__name__}.",
            "model.base needs config.json and safetensors weights of a causal language model.",
        ) from error
    base, found = loaded
    if found["missing_keys"] or found["mismatched_keys"]:
        # transformers fills them with random numbers.
        raise TrainingError(
            f"The weights in {model.base} are not those that its config.json tells of.",
            "Download the model's folder anew.",
        )
    for module in cast("Iterator[Any]", base.modules()):
        # bitsandbytes repacks nf4 weights at the first forward pass without gradients on these
        # CPUs; the backward pass then reads them in the old order, and gradients are wrong.
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False
    return cast("PreTrainedModel", base)


def add_adapter(
    base: PreTrainedModel, config: AdapterConfig, *, gradient_checkpointing: bool = False
) -> PeftModel:
    """The base with a fresh adapter, which changes nothing until it is trained."""
    from peft import LoraConfig, TaskType, get_peft_model, prepare_model_for_kbit_training

    if getattr(base, "is_quantized", False):
        # bitsandbytes' int8 product holds its input where only the reentrant kind lets go of it:
        # the other one keeps those of all blocks, 3 MB a token of LLaMA-3-8B.
        reentrant = bool(getattr(base, "is_loaded_in_8bit", False))
        base = prepare_model_for_kbit_training(
            base,
            use_gradient_checkpointing=gradient_checkpointing,
            gradient_checkpointing_kwargs={"use_reentrant": reentrant},
        )
    elif gradient_checkpointing:
        base.gradient_checkpointing_enable({"use_reentrant": False})
    lora = LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        lora_dropout=config.dropout,
        target_modules=config.layers,
        task_type=TaskType.CAUSAL_LM,
    )
    return cast("PeftModel", get_peft_model(base, lora))


def adapter_weights(model: PeftModel) -> dict[str, torch.Tensor]:
    """The adapter's matrices on the CPU.

    Where they are spread over processes (FSDP) all of them have to ask, and each gets the whole.
    """
    from peft import get_peft_model_state_dict
    from torch.distributed.tensor import DTensor

    return {
        key: (value.full_tensor() if isinstance(value, DTensor) else value).detach().cpu()
        for key, value in get_peft_model_state_dict(model).items()
    }


def save_adapter(
    model: PeftModel, weights: Mapping[str, torch.Tensor], folder: Path, base_name: str
) -> None:
    """`adapter_config.json` and bfloat16 safetensors, as vLLM loads them.

    Args:
        model: the trained model.
        weights: its `adapter_weights`.
        folder: made if need be.
        base_name: what the adapter calls its base: a name, since a path would be this machine's.
    """
    import torch

    served = {key: value.to(torch.bfloat16).contiguous() for key, value in weights.items()}
    # peft would save the untouched embedding too when it can't reach the base's hub page.
    model.save_pretrained(str(folder), state_dict=served, save_embedding_layers=False)
    path = folder / "adapter_config.json"
    adapter_config = json.loads(path.read_text(encoding="utf-8"))
    adapter_config["base_model_name_or_path"] = base_name
    path.write_text(json.dumps(adapter_config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    (folder / "README.md").unlink(missing_ok=True)


def load_adapter(base: PreTrainedModel, folder: Path) -> PeftModel:
    """The base with a saved adapter, for looking at it here; serving is vLLM's."""
    from peft import PeftModel

    return PeftModel.from_pretrained(base, str(folder), is_trainable=False)


def log_probabilities(model: PreTrainedModel, input_ids: Sequence[int], first: int) -> list[float]:
    """Of each token from position `first` on, given all before it, in nats.

    Args:
        model: a base, or one with an adapter.
        input_ids: one text.
        first: above 0.
    """
    import torch

    ids = torch.tensor([list(input_ids)], device=model.device)
    with torch.inference_mode():
        kept = len(input_ids) - first + 1
        logits = cast("Any", model)(input_ids=ids, logits_to_keep=kept).logits[0, :-1]
        found = logits.float().log_softmax(-1).gather(1, ids[0, first:, None])
    return cast("list[float]", found[:, 0].tolist())


def _places(model: ModelConfig, device: str) -> dict[str, int | str] | None:
    import torch

    if device:
        return {"": device}
    if model.quantisation == "none":
        return None
    return {"": rank() if torch.cuda.is_available() else "cpu"}


def merge_adapter(beside: PeftModel) -> PreTrainedModel:
    """The base with the adapter added into its own weights, rounded once; `beside` is used up.

    Raises:
        TrainingError: the base is quantised, where rounding eats much of an adapter; or a weight
            would be no number.
    """
    base = cast("PreTrainedModel", beside.get_base_model())
    if getattr(base, "is_quantized", False):
        raise TrainingError(
            "An adapter is not merged into a quantised base: most of it is lost in the rounding.",
            "Merge into the base's own weights, and quantise what comes out if need be.",
        )
    try:
        return cast("PreTrainedModel", cast("Any", beside).merge_and_unload(safe_merge=True))
    except ValueError as error:
        raise TrainingError("Merged, the weights are not numbers.", "Train it anew.") from error


def _refuse_other_models(base: Path) -> None:
    """Encoders and models that see pictures would load, and learn nothing of use.

    Raises:
        TrainingError: config.json can't be read, or tells of something else than a text decoder.
    """
    try:
        config = json.loads((base / "config.json").read_text(encoding="utf-8"))
        architectures = list(config.get("architectures") or [])
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise TrainingError(
            f"config.json in {base} can't be read.", "Download the model's folder anew."
        ) from error
    if not any(str(name).endswith("ForCausalLM") for name in architectures):
        raise TrainingError(
            f"The model in {base} is {', '.join(map(str, architectures)) or 'of no known kind'},"
            " not a language model that writes text.",
            "Set model.base to an instruction-tuned model of the Llama family.",
        )
    if not any(base.glob("*.safetensors")):
        raise TrainingError(
            f"There are no weights in {base}.", "Its *.safetensors files have to be there too."
        )


def _quantisation(model: ModelConfig) -> QuantizationConfigMixin | None:
    import torch
    from transformers import BitsAndBytesConfig

    match model.quantisation:
        case "none":
            return None
        case "int8":
            return BitsAndBytesConfig(load_in_8bit=True)
        case "nf4":
            return BitsAndBytesConfig(
                load_in_4bit=True,
                bnb_4bit_quant_type="nf4",
                bnb_4bit_compute_dtype=getattr(torch, model.dtype),
                bnb_4bit_use_double_quant=True,
            )
