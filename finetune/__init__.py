"""From letters and cases to an adapter, and the proof of what it is worth.

    clinic or archive -> pairs -> training -> adapter + card -> evaluation -> promotion

Training and evaluation use the assistant's own prompt builder, so that they can't drift apart.
"""
