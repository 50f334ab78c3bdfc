"""The hospital's list of known patients, where it is set, for looking through pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.further import FurtherDetector


def known_patients() -> FurtherDetector | None:
    """A detector of those in `EPIKRISE_INDEX_KNOWN_PATIENTS`.

    Raises:
        SettingsError: the list can't be used.
    """
    from index.known_patients import KnownPatients
    from index.patient_list import read_patients
    from index.settings import IndexSettings

    listed = IndexSettings.read().known_patients
    return KnownPatients(read_patients(listed)) if listed is not None else None
