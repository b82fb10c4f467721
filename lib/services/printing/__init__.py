"""Printing: what can be printed, who may, and the trail that says who did (rules E1, G1).

A document is a module here with one function that returns its `Sheet` (`lib.paper.sheet`), and a
`Printable` in `lib.services.printing.registered` that gives it its address, `/print/NAME/ID`.
"""
