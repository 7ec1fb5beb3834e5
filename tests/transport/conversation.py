"""A conversation over TCP, and a word over UDP: written from docs/protocol.md alone."""
import json, socket, sys

tcp_port, udp_port, name, other, token = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
lines = socket.create_connection(("127.0.0.1", tcp_port)).makefile("rw", encoding="utf-8")


def say(**frame):
    lines.write(json.dumps(frame) + "\n")
    lines.flush()


def hear(kind):
    for line in lines:
        frame = json.loads(line)
        if frame["type"] in (kind, "error"):
            return frame


say(type="auth", token=token)
say(type="join", roomId=1)
joined = hear("joined")
assert joined["self"]["name"] == name, joined
say(type="message", roomId=1, text=f"hello from {name}", txnId=f"txn-{name}")
ack = hear("ack")
say(type="message", roomId=1, text="again", txnId=f"txn-{name}")
assert hear("ack")["seq"] == ack["seq"]
say(type="history", roomId=1, limit=10)
assert any(m["id"] == ack["id"] for m in hear("history")["messages"])

datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
datagrams.settimeout(5)
datagrams.sendto(b'{"type":"ping"}', ("127.0.0.1", udp_port))
assert json.loads(datagrams.recv(2000))["type"] == "pong"
status = {"type": "status", "token": token, "status": "busy", "text": "in a script"}
datagrams.sendto(json.dumps(status).encode(), ("127.0.0.1", udp_port))
datagrams.sendto(json.dumps({"type": "typing", "token": token, "roomId": 1}).encode(), ("127.0.0.1", udp_port))

while True:
    message = hear("message")["message"]
    if message["sender"] == other:
        break
say(type="leave", roomId=1)
assert hear("left")["roomId"] == 1
print(json.dumps({"heard": message["text"], "seq": ack["seq"]}))
