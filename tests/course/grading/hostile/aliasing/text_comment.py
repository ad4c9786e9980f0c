# due 0: only a comment
# done
