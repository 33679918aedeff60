"""Imported before all else by a program that serves: nothing is looked through while it starts.

Almost everything that a program makes while it starts stays for as long as it runs. The collector
would look through all of it a dozen times, for a sixth of the time to the first page.
``web.serving.serve`` turns it on again.
"""

import gc

gc.disable()
