# Removes a cluster when no test uses it any more, however the tests ended.
#
#   sh janitor.sh FOLDER USERS GRACE
#
# FOLDER is the cluster's, USERS a file on which every process that uses it holds a shared lock,
# GRACE how many seconds it must be free. While the cluster is being removed USERS is locked, and
# whoever comes waits.
folder=$1 users=$2 grace=$3

exec 8>"$folder/janitor"
flock --nonblock 8 || exit 0 # another one is at work

exec 9<"$users"
while :; do
    flock --exclusive 9
    flock --unlock 9
    sleep "$grace" 8>&- 9>&-
    flock --exclusive --nonblock 9 && break
done

postmaster=$(sed -n 1p "$folder/data/postmaster.pid" 2>/dev/null)
segment=$(sed -n '7s/.* //p' "$folder/data/postmaster.pid" 2>/dev/null)
# A file that a killed postmaster left may name a process of somebody else by now.
if [ -n "$postmaster" ] && tr '\0' ' ' <"/proc/$postmaster/cmdline" | grep -qF "$folder"; then
    kill -s QUIT "$postmaster"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        kill -s 0 "$postmaster" || break
        sleep 0.5
    done
    kill -s KILL "$postmaster"
fi 2>/dev/null
[ -n "$segment" ] && ipcrm --shmem-id "$segment" 2>/dev/null

# The backends of a killed postmaster may still be writing their last.
for _ in 1 2 3 4 5; do
    rm -rf "$folder" && exit 0
    sleep 1
done 2>/dev/null
