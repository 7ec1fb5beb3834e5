"""Runs a command on a pseudo-terminal: on_pty.py ROWS COLUMNS COMMAND...

Standard input takes one JSON value a line: a string is typed, [rows, columns] is the new size.
What the terminal is sent goes to standard output. Ends with the command, and its exit code.
"""
import fcntl, json, os, pty, select, struct, sys, termios


def resize(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


rows, columns, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    resize(0, int(rows), int(columns))
    os.execv(command[0], command)

pending, sources = b"", [0, terminal]
while True:
    ready, _, _ = select.select(sources, [], [])
    if terminal in ready:
        try:
            output = os.read(terminal, 65536)
        except OSError:  # EIO: nobody has the other end any more
            output = b""
        if not output:
            break
        try:
            os.write(1, output)
        except BrokenPipeError:  # nobody looks any more
            os.close(terminal)
            break
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            sources.remove(0)
        *lines, pending = (pending + data).split(b"\n")
        for value in map(json.loads, lines):
            if isinstance(value, str):
                os.write(terminal, value.encode())
            else:
                resize(terminal, *value)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
