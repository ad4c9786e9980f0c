"""An OpenRouter that runs on this machine, on a real loopback port.

Deterministic, no key, no network. It knows nothing of the factory or the course: they
meet over HTTP only.

    with Simulator() as sim:
        client = AsyncOpenAI(base_url=sim.base_url, api_key=sim.api_key)
        sim.reply("Bonjour")                 # what the model says next
        sim.fail_next(429, retry_after=2)    # what goes wrong next
        sim.requests[-1].body                # what was received last

It speaks chat completions, the model pages and the account pages. It does not know the
batch, responses, embeddings or image endpoints, nor response caching and presets.
"""

from openrouter_sim.record import Received
from openrouter_sim.simulator import Simulator

__all__ = ["Received", "Simulator"]
