"""Real records as cases: FHIR bundles, cancer-registry messages, tables, documents.

Every reader gives entries (`index.importers.imported.Entry`) in the source's own words, each value
with the place where it stands, and a list of all that it did not understand. `assemble` makes a
case of them. `index.importers.source.import_source` does it all. Libraries for the formats are
imported where a file of that format is read, and in one file each.
"""
