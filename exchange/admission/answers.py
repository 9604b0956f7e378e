"""Answers to a sector's questions: into the sector's own words, or a defect."""

import re
from collections.abc import Callable
from functools import lru_cache

from exchange.admission.defect import Defect, Defects
from exchange.admission.draft import BatchRules, LeadDraft
from exchange.admission.hidden import hides_contact
from exchange.admission.reading import day_of, folded, number_of, yes_or_no
from exchange.instant import to_datetime
from exchange.lead import Answers
from exchange.sector import Question

LONGEST_TEXT = 60

Read = tuple[str, str, str]
"""The canonical answer, or an empty text with a defect's code and detail."""


def read_answers(draft: LeadDraft, rules: BatchRules) -> tuple[Answers, Defects]:
    """All answers in canonical text, sorted by key, and what is wrong with the others."""
    answers, defects = [], []
    for question in rules.sector.questions:
        typed = draft.answers.get(question.key, "")
        if not typed and question.key == "age":
            typed = _age_at(draft, rules)
        if not typed:
            if question.required:
                defects.append(Defect(draft.row, question.key, "missing"))
            continue
        canonical, code, detail = _READERS[question.kind](question, typed, draft, rules)
        if code:
            defects.append(Defect(draft.row, question.key, code, detail))
        else:
            answers.append((question.key, canonical))
    return tuple(sorted(answers)), tuple(defects)


def _age_at(draft: LeadDraft, rules: BatchRules) -> str:
    """The age in whole years that follows from the birth date, empty without one."""
    born = day_of(draft.text("birth_date"))
    if born is None:
        return ""
    today = day_of_instant(rules.now)
    return str(int(today[:4]) - int(born[:4]) - (today[5:] < born[5:]))


def day_of_instant(at_us: int) -> str:
    """The UTC date of an instant, ``2026-03-01``."""
    return to_datetime(at_us).date().isoformat()


def _choice(question: Question, typed: str, draft: LeadDraft, rules: BatchRules) -> Read:
    code = _vocabulary(question).get(folded(typed))
    if code:
        return code, "", ""
    return "", "choice", ", ".join(choice.label_de for choice in question.choices)


@lru_cache(maxsize=256)
def _vocabulary(question: Question) -> dict[str, str]:
    """Every accepted spelling, folded -> the choice's code."""
    return {
        folded(word): choice.code
        for choice in question.choices
        for word in (choice.code, choice.label_de, choice.label_en, *choice.synonyms)
    }


def _number(question: Question, typed: str, draft: LeadDraft, rules: BatchRules) -> Read:
    found = number_of(typed)
    if found is None:
        return "", "number", ""
    least, most = rules.ranges.get(question.key, (0, 10**12))
    if question.key == "age" and 0 <= found < least:
        return "", "under_age", ""
    return (str(found), "", "") if least <= found <= most else ("", "range", f"{least}–{most}")


def _yes_no(question: Question, typed: str, draft: LeadDraft, rules: BatchRules) -> Read:
    found = yes_or_no(typed)
    return (found, "", "") if found else ("", "yes_no", "")


def _date(question: Question, typed: str, draft: LeadDraft, rules: BatchRules) -> Read:
    found = day_of(typed)
    return (found, "", "") if found else ("", "date", "")


def _text(question: Question, typed: str, draft: LeadDraft, rules: BatchRules) -> Read:
    if len(typed) > LONGEST_TEXT:
        return "", "too_long", str(LONGEST_TEXT)
    return ("", "personal", "") if _names_person(typed, draft) else (typed, "", "")


def _names_person(typed: str, draft: LeadDraft) -> bool:
    """Whether a text holds an address, a run of digits or this enquirer's own name."""
    words = {folded(word) for word in re.split(r"[\s,;/-]+", typed)}
    names = {folded(draft.text(key)) for key in ("last_name", "first_name", "street")} - {""}
    return hides_contact(typed) or bool(words & names)


_READERS: dict[str, Callable[[Question, str, LeadDraft, BatchRules], Read]] = {
    "choice": _choice,
    "number": _number,
    "yes_no": _yes_no,
    "date": _date,
    "text": _text,
}
