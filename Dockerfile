# Two images from one file: `cpu` with the demo model, `gpu` for LLaMA-3-8B on an NVIDIA GPU.
# Both run as an ordinary user, on a read-only file system, and write to /data and /tmp alone.

FROM docker.io/library/python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    EPIKRISE_DATA_DIR=/data \
    EPIKRISE_ASSISTANT_HOST=0.0.0.0 \
    HOME=/tmp
WORKDIR /app
RUN useradd --uid 10001 --no-create-home epikrise \
 && mkdir /data && chown epikrise /data
# For old .doc files and scans in the archive.
RUN apt-get update \
 && apt-get install -y --no-install-recommends antiword tesseract-ocr tesseract-ocr-deu \
 && rm -rf /var/lib/apt/lists/*
VOLUME /data
EXPOSE 7860
# The page answers /health with 200 once a letter can be drafted; the demo's index comes after.
HEALTHCHECK --interval=15s --timeout=5s --start-period=300s --retries=4 \
  CMD ["python3", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/health', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["epikrise", "run"]

FROM base AS gpu
# Triton compiles its launchers with the system's C compiler when the model is loaded.
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev \
 && rm -rf /var/lib/apt/lists/*
COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY retrieval retrieval
COPY assistant assistant
COPY finetune finetune
RUN python3 -m pip install ".[gpu]"
USER epikrise

FROM base AS cpu
ARG TORCH=2.13.0
# vLLM's kernels for CPUs are linked against it.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libnuma1 \
 && rm -rf /var/lib/apt/lists/*
# The libraries first: they change less often than the code.
COPY requirements/runtime.txt requirements/runtime.txt
RUN python3 -m pip install --no-deps "torch==${TORCH}+cpu" 2>/dev/null \
 || python3 -m pip install --no-deps --index-url https://download.pytorch.org/whl/cpu "torch==${TORCH}+cpu"
RUN python3 -m pip install --no-deps -r requirements/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY index index
COPY retrieval retrieval
COPY assistant assistant
COPY finetune finetune
RUN python3 -m pip install --no-deps --no-build-isolation .
USER epikrise
