"""Whether a network keeps a property.

`question`: the property as a walk is asked it; `falsification`: a violation looked for before the walk; `verification`: the walk and the verdict;
`claim`: what a verdict says; `counterexample`: a violating input in fractions; `confirmation`: the verdict proven again by other means.
"""

from geom.verification.verification import Verification, verify

__all__ = ["Verification", "verify"]
