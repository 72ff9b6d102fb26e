# Runs a program in the foreground of its terminal as a person's shell does, and stays when it has
# ended: the kernel resets a terminal whose session is over, and the tests look at what the program
# left. It tells the test of the program's ways by sequences that no terminal shows.
tell() {
    printf '\033]7777;%s;%s\007' "$1" "$2"
}
trap : INT QUIT # that kill the program are not meant for the leader
set -m
sh -c 'printf "\033]7777;started;%s\007" "$$"; exec "$@"' sh "$@"
status=$?
while [ "$status" -eq 148 ]; do # 128 + SIGTSTP
    tell stopped ''
    read -r _
    fg >/dev/null
    status=$?
done
tell ended "$status"
cat >/dev/null
