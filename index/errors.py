"""Every failure a user can meet, as one tree.

EpikriseError                 what happened, what to do, whether trying again helps
├── InputError                what was given can't be used            (exit code 2)
│   ├── CaseError             a case: empty, too big, wrong type, unknown field
│   ├── LetterFileError       one file of an archive; the run goes on without it
│   ├── ArchiveError          the archive folder as a whole
│   ├── ReviewError           a decision on a letter that is not to be decided on
│   ├── SettingsError         a setting, named, or two that don't fit together
│   └── TrainingError         a training configuration or its data
├── StoreError                the vector store or its index
├── ModelError                the language model
│   ├── ModelUnavailable      not reachable, starting, or died: try again
│   └── PromptTooLong         the case and the answer don't fit the model's context
├── AccessDenied              log-in, role or ownership
├── Busy                      the same thing is being done already: try again
├── BuildStopped              a build was ended on request; the next one goes on
├── TrainingStopped       a training was ended on request; --resume goes on with it
├── BuildBroken               a process of a build is gone; the next one goes on
└── AlreadyRunning            another process holds the data folder
"""

from __future__ import annotations

from typing import ClassVar


class EpikriseError(Exception):
    """What happened, in one line, and what the user can do about it.

    Args:
        what: what happened, without a patient's word in it.
        do: what to do about it; may be empty when there is nothing to do.
        retry: whether the same call may succeed later without a change; each class has its default.
    """

    retry_by_default: ClassVar[bool] = False
    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, do: str = "", *, retry: bool | None = None) -> None:
        super().__init__(f"{what} {do}".strip())
        self.what = what
        self.do = do
        self.retry = self.retry_by_default if retry is None else retry


class InputError(EpikriseError):
    """What was given can't be used as it is."""

    exit_code = 2


class CaseError(InputError):
    """A case that can't be read."""


class LetterFileError(InputError):
    """One file of an archive that can't be read."""


class ArchiveError(InputError):
    """An archive folder that can't be read."""


class ReviewError(InputError):
    """A decision in the review that does not fit the letter as it is."""


class SettingsError(InputError):
    """A setting with a value that can't be used."""


class TrainingError(InputError):
    """A training configuration, or the data for it, that can't be used."""


class StoreError(EpikriseError):
    """The vector store can't be reached, or its index doesn't fit."""

    retry_by_default = True


class ModelError(EpikriseError):
    """The language model failed or refused."""


class ModelUnavailable(ModelError):
    """The language model can't be reached now."""

    retry_by_default = True


class PromptTooLong(ModelError):
    """The case and the room for the answer don't fit the model's context."""


class AccessDenied(EpikriseError):
    """The user may not do this."""


class Busy(EpikriseError):
    """The same thing is being done already."""

    retry_by_default = True


class BuildStopped(EpikriseError):
    """Somebody wants no more of a build; raised by the progress callback given to it."""

    retry_by_default = True

    def __init__(self) -> None:
        super().__init__(
            "The build was stopped: the index is as it was.",
            "The next build goes on where it ended.",
        )


class TrainingStopped(EpikriseError):
    """Somebody ended a training by Ctrl-C or SIGTERM."""

    retry_by_default = True

    def __init__(self, step: int) -> None:
        super().__init__(
            f"The training was stopped at step {step}: its checkpoint is kept.",
            "The same command with --resume goes on with it.",
        )


class BuildBroken(EpikriseError):
    """A process of a build was killed or failed."""

    retry_by_default = True

    def __init__(
        self,
        what: str = "A process that reads letters was killed, e.g. because memory ran out.",
        do: str = "Build again: it goes on where it ended. Fewer processes: "
        "EPIKRISE_INDEX_BUILD_PROCESSES.",
    ) -> None:
        super().__init__(what, do)


class AlreadyRunning(EpikriseError):
    """Another process holds the data folder."""

    exit_code = 2
