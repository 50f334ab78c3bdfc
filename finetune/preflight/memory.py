"""How much memory a step takes, by arithmetic from the model's shape alone.

    weights + adapter + optimiser + the largest of:
        at the loss          activations of all blocks, logits
        within a block       the same, those of one block computed anew, its products
        at the update        gradients, a copy

What each operation keeps for the backward pass is counted in bytes a token; the factors are those
of transformers' Llama with peft's adapters, found by listing what autograd saves, and compared with
the peaks of real steps (tests/bench/test_bench_training_memory.py). All figures are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from finetune.config import TrainingConfig
from finetune.loss import CHUNK
from finetune.preflight.base_model import Shape

_NF4_BYTES = 0.5 + 1 / 64 + 4 / (64 * 256)
"""A weight, its share of a block's 8-bit scale, and that scale's share of its own."""
CUDA_BYTES = 800_000_000
"""Context, cuBLAS workspace and the allocator's gaps; not measured here."""


@dataclass(frozen=True)
class Load:
    """What a device is asked to hold in one step.

    Attributes:
        tokens: of the row that goes through at once.
        longest: of its examples.
        filled: the row holds as many examples as fit, not a number of them.
    """

    quantisation: str
    dtype: str
    autocast: bool
    rank: int
    tokens: int
    longest: int
    checkpointing: bool
    optimiser: str = "adamw_torch"
    accumulates: bool = False
    attention: str = "sdpa"
    on_gpu: bool = False
    filled: bool = False

    @classmethod
    def of(cls, config: TrainingConfig, longest: int, *, on_gpu: bool) -> Load:
        """Of a row of the longest examples.

        Args:
            config: of the run.
            longest: tokens of the longest example.
            on_gpu: int8's products are made otherwise there.
        """
        run = config.run
        return cls(
            quantisation=config.model.quantisation,
            dtype=config.model.dtype,
            autocast=run.precision == "bfloat16",
            rank=config.adapter.rank,
            tokens=run.batch_tokens or run.batch * longest,
            longest=longest,
            checkpointing=run.gradient_checkpointing,
            optimiser=run.optimiser,
            accumulates=run.accumulation > 1,
            attention=config.model.attention,
            on_gpu=on_gpu,
            filled=run.batch_tokens is not None,
        )


@dataclass(frozen=True)
class Memory:
    """Bytes at the peak of a step."""

    weights: int
    adapter: int
    """With optimiser states, and gradients where they are kept from batch to batch."""
    activations: int
    """Kept for the backward pass when the loss is made."""
    work: int
    """On top of all others at the worst moment."""
    device: int

    @property
    def total(self) -> int:
        return self.weights + self.adapter + self.activations + self.work + self.device


def adapter_parameters(shape: Shape, rank: int) -> int:
    """Two matrices beside each linear layer of each block."""
    return shape.layers * rank * sum(out + into for out, into in shape.block_linears)


def estimate(shape: Shape, load: Load) -> Memory:
    """The peak of a step of training an adapter beside the frozen base."""
    lora = adapter_parameters(shape, load.rank)
    per_state = 1 if "8bit" in load.optimiser else 4
    adapter = lora * 4 + 2 * per_state * lora + (4 * lora if load.accumulates else 0)
    block = _block_bytes(shape, load, lora // shape.layers)
    if load.checkpointing:
        # Only what goes into each block.
        kept, anew = load.tokens * shape.hidden * _stream(load), block
    else:
        kept, anew = block, 0
    activations = kept * shape.layers
    widest = shape.hidden * shape.feed_forward
    products = {"none": 0, "int8": 6, "nf4": 2}[load.quantisation] * widest
    at_block = anew + 8 * load.tokens * shape.feed_forward + products
    at_update = (4 + 4) * lora - activations
    return Memory(
        weights=_weight_bytes(shape, load),
        adapter=adapter,
        activations=activations,
        work=max(_loss_bytes(shape, load), at_block, at_update),
        device=CUDA_BYTES if load.on_gpu else 0,
    )


def _weight_bytes(shape: Shape, load: Load) -> int:
    plain = _width(load.dtype)
    blocks = {"none": plain, "int8": 1, "nf4": _NF4_BYTES}[load.quantisation]
    scales = 4 * shape.layers * sum(out for out, _ in shape.block_linears)
    held = blocks * shape.block_parameters + _stream(load) * shape.other_parameters
    return round(held) + (scales if load.quantisation == "int8" else 0)


def _stream(load: Load) -> int:
    """Bytes of a number between blocks, and of a weight that is not quantised: peft makes a
    quantised model's norms and embeddings float32."""
    return _width(load.dtype) if load.quantisation == "none" else 4


def _block_bytes(shape: Shape, load: Load, lora: int) -> int:
    """What one block keeps for its backward pass.

    Args:
        shape: of the model.
        load: of the step.
        lora: parameters of the block's adapters.
    """
    h, f = shape.hidden, shape.feed_forward
    q, kv = shape.heads * shape.head_size, shape.key_heads * shape.head_size
    made = 2 if load.autocast else 4
    # Quantised layers give back the type that they were given.
    wide = _stream(load) if _gives_back_input_type(load) else made
    token = (
        2 * 4 * h  # both norms, in float32
        + 6 * made * h  # normed inputs, attention's output, results
        + made * (2 * q + 2 * kv)
        + 3 * wide * f  # gate, its activation, up
        + made * f  # what goes down
        + 13 * made * load.rank
        + 4 * shape.heads
    )
    token += _int8_inputs(shape, load)
    copies = 2 * lora if load.autocast else 0
    if load.autocast and load.quantisation == "none" and load.dtype == "float32":
        copies += 2 * shape.block_parameters // shape.layers
    return load.tokens * token + copies + _score_bytes(shape, load)


def _gives_back_input_type(load: Load) -> bool:
    return load.quantisation == "nf4" or (load.quantisation == "int8" and load.on_gpu)


def _int8_inputs(shape: Shape, load: Load) -> int:
    """Bytes a token: bitsandbytes keeps what goes into its products beside what autograd keeps."""
    if load.quantisation != "int8":
        return 0
    made = 2 if load.autocast else 4
    down = _stream(load) if load.on_gpu else made
    return 2 * _stream(load) * shape.hidden + made * shape.hidden + down * shape.feed_forward


def _score_bytes(shape: Shape, load: Load) -> int:
    """Attention's weights, where they are kept: in float32 and in bfloat16, a good half of all."""
    if load.attention != "blocked_causal":
        return 0
    return round(6 * 0.6 * shape.heads * load.tokens * load.longest)


def _loss_bytes(shape: Shape, load: Load) -> int:
    """A chunk's logits in float32 and as much again, at first for their exponentials and then for
    the gradient's product; the answers' states with their gradient; and the head in 16 bits where
    it has to be made so. Every token is taken for an answer's."""
    logits = min(load.tokens, CHUNK // shape.vocabulary) * shape.vocabulary
    states = 2 * load.tokens * shape.hidden * _stream(load)
    head = 0
    if load.autocast and _stream(load) == 4:
        head = 2 * shape.vocabulary * shape.hidden
    return 8 * logits + states + head


def _width(dtype: str) -> int:
    return {"float32": 4, "bfloat16": 2}[dtype]
