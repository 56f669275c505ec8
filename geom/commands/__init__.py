"""The command `geom`.

`cli`: the group and its short commands; `boundary`, `bounds`, `estimate`, `verify`: those with more to them; `problems`: the options that
name a network and domains; `tables`: what is printed; `table_files`, `graph_files`: what is written; `one_line`: errors and exit statuses.
"""
