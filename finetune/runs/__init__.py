"""Trainings that can be watched, while they run and afterwards.

the trainer -> log.jsonl, run.json, samples.jsonl, tensorboard/ -> Run -> the page, report.html
"""
