"""Rules of field service as plain Python: values in, values out; no Django."""
