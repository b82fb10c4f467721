"""What is printed: a sheet of blocks, made into HTML for the browser's printer and into PDF.

Nothing here knows a patient, a screen or the store. To add a document, write the function that
returns its `Sheet` beside the others in `lib.services.printing` and add it to `registered` there:
address, permission, ground, audit, both forms and their look come with that.
"""
