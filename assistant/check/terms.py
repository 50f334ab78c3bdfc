"""Medical words that no lexicon has, told by how medicine builds its words."""

from __future__ import annotations

import re

from assistant.check.passages import Word

_ENDINGS = re.compile(
    r"(?:itis|itid\w*|oma|omas|omata|om|ome|oms|osis|oses|ose|osen|emia|aemia|ämie|ämien|uria|urie|pathy|pathies|pathie|pathien"
    r"|ectomy|ectomies|ektomie|ektomien|otomy|otomie|ostomy|stomie|plasty|plastik|scopy|skopie|graphy|grafie|graphie|gram"
    r"|algia|algie|penia|penie|plegia|plegie|paresis|parese|paresen|trophy|trophie|megaly|megalie|stenosis|stenose|stenosen"
    r"|ectasis|ektasie|ectasia|rrhea|rrhoea|rrhö|rrhoe|rrhage|rrhagie|lysis|lyse|sclerosis|sklerose|thrombosis|thrombose"
    r"|embolism|embolie|insufficiency|insuffizienz|infarct|infarction|infarkt|syndrome?|sepsis|edema|oedema|ödem|ödeme|dynia"
    r"|phagia|phagie|pnea|pnoea|pnoe|cele|zele|philia|philie|ptysis|ptyse|kardie|cardia|tonie|tension|blutung"
    r"|lähmung|mab|tinib|ciclib|parib|platin|taxel|rubicin|cillin|floxacin|mycin|azole?|pril|sartan|olol"
    r"|statin|prazole?|setron|parin|xaban|gliptin|gliflozin|dronate?|lutamide?|relin|coccus|bacter|bacillus|ology|ologie)$"
)
_COMMON = re.compile(
    r"(?:karzinoms?|carcinomas?|adenoms?|custom|symptom\w*|axiom|vollkomm|program|diagram|symptome|diagnose[ns]?|prognose[ns]?|diagnosis|prognosis|diagnoses|freedom"
    r"|random|seldom|willkommen|kommen\w*|dose|dosen|dosis|lose|close|those|whose|choose|purpose|propose|suppose|expose|analyse"
    r"|microscopy|mikroskopie|oncology|onkologie|radiology|radiologie|pathology|pathologie|histology|histologie|cytology|zytologie|biology|biologie|technology|technologie|morphology|morphologie|etiology|ätiologie|symptomatology|apology|terminology|analysis|april|intention|attention|extension|photograph\w*|radiography|mammography|telegram|kilogram|milligram|wisdom"
    r"|chose|gesamtdosis|einzeldosis|dosisverlauf|atom\w*|phantom|strom|vom|zum|rom|tom|dom|umbrella|novella|retention|tension)$"
)


def is_medical(word: Word) -> bool:
    """Whether its ending is one of medicine's."""
    return is_medical_word(word.text)


def is_medical_word(word: str) -> bool:
    """Whether the ending of `word` is one of medicine's."""
    lower = word.lower()
    return len(lower) >= 6 and bool(_ENDINGS.search(lower)) and not _COMMON.search(lower)
