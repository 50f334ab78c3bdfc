"""Letters of many lengths, as tokens, for the benches of training."""

from __future__ import annotations

from random import Random

from assistant.prompt import Kind
from finetune.adapter import load_base, load_tokenizer
from finetune.clinic_pairs import ClinicExamples
from finetune.config import load_config
from finetune.labels import Encoded, encode, stop_tokens
from finetune.pairs import Split

SHORTEST, LONGEST = 200, 3000


def draw_letters(count: int, longest: int = LONGEST) -> list[Encoded]:
    """The ends of the demo clinic's conversations in the demo model's tokens, every length from
    SHORTEST to `longest` as often as any other."""
    model = load_config("demo-letters").model
    tokenizer = load_tokenizer(model.base)
    stop = stop_tokens(tokenizer, load_base(model).generation_config)
    conversations = iter(ClinicExamples(Kind.LETTER, Split.TRAIN, 1, 100 * count))
    rng = Random(1)
    letters: list[Encoded] = []
    for _ in range(count):
        length = rng.randint(SHORTEST, longest)
        ids: list[int] = []
        labels: list[int] = []
        while len(ids) < length:
            encoded = encode(tokenizer, next(conversations), stop)
            ids += encoded.input_ids
            labels += encoded.labels
        letters.append(Encoded(ids[-length:], labels[-length:]))
    return letters
