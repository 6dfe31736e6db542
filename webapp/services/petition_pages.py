"""What the page of a question leaves out, and so cannot answer."""

from .petition_steps import APART, Step, also_told
from .told_answers import Answers, is_told


def not_shown(step: Step, answers: Answers) -> set[str]:
    """Ticks that the page leaves out: the whole story is told already, or speaks of no such kind."""
    if step.name == "split":
        told = also_told(answers)
        return {field for kind, field in APART.items() if kind not in told}
    later = bool(step.aloud) and step.name != "story"
    return {step.aloud} if later and is_told(answers, "narrative") else set()
