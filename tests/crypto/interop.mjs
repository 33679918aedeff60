// A second implementation of age: seals or opens standard input with the npm package age-encryption.
// Usage: node interop.mjs seal RECIPIENT… | open IDENTITY
import { buffer } from "node:stream/consumers";
import { Decrypter, Encrypter } from "age-encryption";

const [action, ...keys] = process.argv.slice(2);
const input = new Uint8Array(await buffer(process.stdin));

async function seal() {
  const encrypter = new Encrypter();
  keys.forEach((recipient) => encrypter.addRecipient(recipient));
  return encrypter.encrypt(input);
}

async function open() {
  const decrypter = new Decrypter();
  keys.forEach((identity) => decrypter.addIdentity(identity));
  return decrypter.decrypt(input);
}

process.stdout.write(await (action === "seal" ? seal() : open()));
