"""The case that a physician means: by the form, or by the text in the box."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.case_input import import_pasted, refuse_long
from assistant.origin import Origin
from assistant.page.case_form import filled, read_values
from index.case import Case
from index.case_text import render_case
from index.errors import CaseError
from index.importers.imported import Imported


@dataclass(frozen=True)
class GivenCase:
    """What a browser sends of a case.

    Attributes:
        fields: what is typed into the form (`read_values`); empty where there is no form, or where
            the text was changed by hand since, and counts.
        text: what stands in the box.
        origin: the record that the form was filled from, where there is one.
    """

    fields: str
    text: str
    origin: Origin | None = None

    def __bool__(self) -> bool:
        return bool(self.fields or self.text.strip())

    def read(self) -> Imported:
        """
        Raises:
            CaseError: there is none, or it can't be read.
        """
        if not self.fields:
            return import_pasted(self.text)
        form = filled(read_values(self.fields))
        if form.details is None:
            shown = "; ".join(f"{each.label}: {each.message}" for each in form.problems)
            raise CaseError(f"The form has what can't be used. {shown}.", "Correct it there.")
        return Imported(usable(render_case(form.details)))

    def is_another(self, case: Case) -> bool:
        """Whether another case is meant; white space and an emptied box make none.

        Raises:
            CaseError: as `read`.
        """
        if self.fields:
            given = self.read().case
            return given.details != case.details and given.text.split() != case.text.split()
        return bool(self.text.strip()) and self.text.split() != case.text.split()


def usable(case: Case) -> Case:
    """
    Raises:
        CaseError: nothing is filled in, or more than a case may have.
    """
    if not case.text:
        raise CaseError("The form is empty.", "Fill in what the letter is about.")
    refuse_long(case.text)
    return case
