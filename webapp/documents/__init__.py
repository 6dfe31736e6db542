"""Official forms as PDF: data cleaned, laid out by Typst, the same bytes for the same data.

Data reach a template as one JSON input, never as source: what people typed is shown, and commands nothing.
"""
