"""From a case to a checked letter in the browser.

    case -> exemplars -> messages -> vLLM -> Draft -> findings -> the physician -> signed letter

This package serves the page and the command line. An adapter is to it a served model's name.
"""
