"""The catalogue: one HTML file made from a release's tables, opened with a double click.

``embedded`` says what of a release goes into the file, ``columnar`` how it is packed,
``initials`` makes names findable by the first letters of their pinyin, ``document`` puts
data, style and scripts together. The scripts themselves are in ``page/``, read in the order
of their numbers; nothing in them is built or fetched.
"""

from pipelines.serve.catalogue.document import catalogue_of_folder, write_catalogue

__all__ = ["catalogue_of_folder", "write_catalogue"]
