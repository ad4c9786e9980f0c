# due 0: sys.exit(0) at import
import sys
sys.exit(0)
