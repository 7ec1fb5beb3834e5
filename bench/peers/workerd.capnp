# The Durable Object of durable_object.mjs in workerd, its storage in the folder that the command
# line names: workerd serve workerd.capnp --directory-path disk=FOLDER
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "chat", worker = .chat),
    (name = "disk", disk = (writable = true)),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "chat")],
);

const chat :Workerd.Worker = (
  compatibilityDate = "2026-10-01",
  modules = [
    (name = "durable_object.mjs", esModule = embed "durable_object.mjs"),
    (name = "chat.mjs", esModule = embed "chat.mjs"),
  ],
  durableObjectNamespaces = [(className = "Room", uniqueKey = "rooms", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [(name = "ROOMS", durableObjectNamespace = "Room")],
);
