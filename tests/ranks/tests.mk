# One run on several processes

TESTS += %D%/ranks.sh
EXTRA_DIST += %D%/ranks.sh
