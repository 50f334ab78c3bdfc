"""Techniques of irradiation that exclude one another."""

from __future__ import annotations

STEREOTACTIC = frozenset(
    {"SBRT", "radiosurgery", "fractionated stereotactic radiotherapy", "stereotactic radiotherapy",
     "Gamma Knife", "CyberKnife"}
)  # fmt: skip
DELIVERED = STEREOTACTIC | {
    *("VMAT", "IMRT", "3D conformal radiotherapy", "brachytherapy", "HDR brachytherapy"),
    *("LDR brachytherapy", "PDR brachytherapy", "electron beam", "proton therapy", "photons"),
    *("carbon ion therapy", "tomotherapy", "intraoperative radiotherapy", "orthovoltage therapy"),
    *("total body irradiation", "simultaneous integrated boost"),
}
"""Techniques of which a course has one; the others go along with any."""
