"""Every regular expression of the reader, named, composed and with a sample above each.

`numbering` — how items are marked; `document` — the parts of an official document; `agencies` — names of
bodies and the verbs that end them; `dates` — days, periods and kinds of reports.
"""
