"""Maps a function over threads, processes or a Dask cluster behind one small interface.

Every engine returns the same results in the same order; which one is used is a question of speed alone. A worker that
dies costs the time of what it was doing: its items are done again elsewhere.
"""

from matcher.engine.cluster import Cluster, Tls
from matcher.engine.engine import Engine
from matcher.engine.local import Processes, Threads
from matcher.engine.named import ENGINES, EngineName, engine_of

__all__ = ["ENGINES", "Cluster", "Engine", "EngineName", "Processes", "Threads", "Tls", "engine_of"]
