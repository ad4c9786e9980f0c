# due 0: KeyboardInterrupt at import
raise KeyboardInterrupt
