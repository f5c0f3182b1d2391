"""Records in words and figures of the reader's language, for pages, prints and PDFs alike. Reads nothing by itself."""
