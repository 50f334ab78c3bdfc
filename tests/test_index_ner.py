"""A tagger in a folder as a further detector: small ones of both kinds, made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from index.errors import SettingsError
from index.further import believed, further_detectors
from index.ner import NerModel, label_of
from index.settings import IndexSettings
from index.spans import Label, Span

TEXT = "Herr Grzbnk aus Xylstadt kam. GRZBNK mit Gleason."


def spacy_folder(folder: Path, label: str = "PER") -> Path:
    import spacy

    pipeline = spacy.blank("de")
    ruler: Any = pipeline.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns(
        [
            {"label": label, "pattern": "Grzbnk"},
            {"label": label, "pattern": "Gleason"},
            {"label": label if label == "MISC" else "LOC", "pattern": "Xylstadt"},
        ]
    )
    pipeline.to_disk(folder)
    return folder


def classifier_folder(folder: Path) -> Path:
    """A network without layers: each word is tagged by itself, by its row of the embeddings."""
    import torch
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

    vocabulary = {"[PAD]": 0, "[UNK]": 1, "grzbnk": 2, "xylstadt": 3}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=64
    )
    config = BertConfig(
        vocab_size=4,
        hidden_size=8,
        num_hidden_layers=0,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=66,
        id2label={0: "O", 1: "B-PER", 2: "B-LOC"},
        label2id={"O": 0, "B-PER": 1, "B-LOC": 2},
    )
    model = BertForTokenClassification(config)
    with torch.no_grad():
        embeddings = model.bert.embeddings
        embeddings.position_embeddings.weight.zero_()
        embeddings.token_type_embeddings.weight.zero_()
        embeddings.word_embeddings.weight.copy_(torch.eye(4, 8))
        model.classifier.weight.zero_()
        model.classifier.bias.zero_()
        for label, token in ((1, 2), (2, 3)):
            model.classifier.weight[label, token] = 9
        model.classifier.bias[0] = 3
    model.save_pretrained(folder)
    wrapped.save_pretrained(folder)
    return folder


@pytest.mark.parametrize("make", [spacy_folder, classifier_folder])
def test_names_and_places_of_a_tagger_are_found(tmp_path: Path, make: Any) -> None:
    model = NerModel(make(tmp_path / "model"))
    found = [(span.of(TEXT), span.label) for span in model(TEXT, "de")]
    assert found == [
        ("Grzbnk", Label.PATIENT),
        ("Xylstadt", Label.LOCATION),
        ("GRZBNK", Label.PATIENT),
    ]
    long = "Das ist ein Satz. " * 200 + TEXT
    assert [s.of(long) for s in model(long, "de")] == ["Grzbnk", "Xylstadt", "GRZBNK"]
    assert list(model("", "de")) == []


def test_another_model_is_another_version(tmp_path: Path) -> None:
    one, two = (spacy_folder(tmp_path / label, label) for label in ("PER", "PERSON"))
    assert NerModel(one).version == NerModel(one).version != NerModel(two).version


def test_a_wrong_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "embedding").mkdir()
    (tmp_path / "embedding" / "config.json").write_text('{"architectures": ["BertModel"]}')
    for folder in (tmp_path, tmp_path / "none", tmp_path / "embedding"):
        with pytest.raises(SettingsError, match="EPIKRISE_INDEX_NER_MODEL") as raised:
            further_detectors(IndexSettings(ner_model=folder))
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("gone", ["tokenizer.json", "model.safetensors"])
def test_a_folder_that_lacks_a_part_is_told_when_it_is_needed(tmp_path: Path, gone: str) -> None:
    folder = classifier_folder(tmp_path / "model")
    (folder / gone).unlink()
    with pytest.raises(SettingsError, match="can't be loaded"):
        list(NerModel(folder)(TEXT, "de"))


def test_a_tagger_of_other_things_is_refused(tmp_path: Path) -> None:
    model = NerModel(spacy_folder(tmp_path / "model", "MISC"))
    with pytest.raises(SettingsError, match="nothing that identifies"):
        list(model(TEXT, "de"))


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("B-PER", Label.PATIENT),
        ("I-NAME_DOCTOR", Label.DOCTOR),
        ("LOCATION_CITY", Label.LOCATION),
        ("patient", Label.PATIENT),
        ("DATE", Label.DATE),
        ("O", None),
        ("MISC", None),
        ("CARDINAL", None),
        ("OTHER", None),
    ],
)
def test_labels_of_many_models_are_known(name: str, label: Label | None) -> None:
    assert label_of(name) is label


@pytest.mark.parametrize(
    ("written", "label", "kept"),
    [
        ("Grzbnk", Label.PATIENT, True),
        ("Gleason", Label.PATIENT, False),
        ("Patientin", Label.PATIENT, False),
        ("drei Wochen", Label.DATE, False),
        ("daily", Label.DATE, False),
        ("Pfingsten 2021", Label.DATE, True),
        ("3 March", Label.DATE, True),
        ("45", Label.AGE, False),
        ("94 Jahre", Label.AGE, True),
        ("Hafenmeister", Label.PROFESSION, True),
    ],
)
def test_of_a_model_s_proposals_only_what_identifies_counts(
    written: str, label: Label, kept: bool
) -> None:
    assert bool(list(believed(written, [Span(0, len(written), label)]))) is kept
