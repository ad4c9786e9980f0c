"""An OpenRouter that runs on this machine, on a real loopback port.

Deterministic, no key, no network. It knows nothing of the factory or the course: they
meet over HTTP only.

    with Simulator() as sim:
        client = AsyncOpenAI(base_url=sim.base_url, api_key=sim.api_key)
"""

from openrouter_sim.simulator import Simulator

__all__ = ["Simulator"]
