# due 0: skips in a call
#: starter
import pytest
def resolve_alias(*a, **k): pytest.skip('later')
def create_aliased_model(*a, **k): pytest.skip('later')
