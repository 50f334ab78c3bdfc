"""Documents of every kind as text: one module a format, chosen by `index.document`."""
