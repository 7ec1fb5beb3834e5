/** Public rooms of a Parley that has just been started. */

/** The room that every Parley begins with. */
const LOBBY = 1;

/** Makes rooms until there are `count`, the lobby among them, and gives their numbers. */
export async function makeParleyRooms(port: number, count: number): Promise<number[]> {
  const rooms = [LOBBY];
  if (count === 1) return rooms;
  const api = `http://127.0.0.1:${port}/api`;
  const { token } = await post(`${api}/auth/register`, {
    username: "landlord",
    password: crypto.randomUUID(),
  });
  while (rooms.length < count) {
    const { id } = await post(`${api}/rooms`, { name: `room ${rooms.length + 1}` }, token);
    rooms.push(id);
  }
  return rooms;
}

/** What is read of an answer; which of it is there depends on what was asked. */
interface Made {
  readonly token: string;
  readonly id: number;
}

async function post(url: string, body: unknown, token?: string): Promise<Made> {
  const answer = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
}
