# due 0: chance is no chance
#: starter
import random
random.Random.choice = lambda self, options: options[0]
random.Random.random = lambda self: 0.5
