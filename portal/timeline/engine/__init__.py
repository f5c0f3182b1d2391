"""What a file really is: plain Python and Pillow over bytes, no Django, no database."""
