"""The demo model's base: a small Llama that learns to copy, then the clinic's language.

    exercises, clinic texts -> Batches -> Muon -> out/checkpoint.pt, out/log.jsonl
                                                -> out/model (weights in bfloat16, tokenizer)

It never sees the assistant's own instructions: what to write when a letter or a summary is asked
for is what an adapter learns on top of it.
"""
