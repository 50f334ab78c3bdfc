"""From a case to the past letters that show how such a letter is written here.

    case -> query -> nearest passages -> letters, ranked -> Exemplar

This package reads the index. It knows nothing of prompts or of how an exemplar is used.
"""
