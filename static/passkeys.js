// Asks an authenticator for whoever has a passkey. The desk works without this file, by codes.
"use strict";

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function textOf(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// The page writes bytes as base64url text; the browser wants and gives bytes.
function optionsOf(part) {
  const options = JSON.parse(part.dataset.options);
  options.challenge = bytesOf(options.challenge);
  if (options.user) {
    options.user.id = bytesOf(options.user.id);
  }
  for (const known of options.excludeCredentials || []) {
    known.id = bytesOf(known.id);
  }
  return { publicKey: options };
}

function written(credential) {
  const response = {};
  for (const name of PARTS) {
    if (credential.response[name]) {
      response[name] = textOf(credential.response[name]);
    }
  }
  const id = textOf(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response });
}

// The code is what the passkey stands for; everything else must be there first.
function isReady(form) {
  const codes = [...form.querySelectorAll("[data-passkey-instead]")];
  return [...form.elements].every((field) => codes.includes(field) || field.reportValidity());
}

async function ask(part) {
  const trouble = part.querySelector("[data-passkey-trouble]");
  const form = part.closest("form");
  trouble.hidden = true;
  if (!isReady(form)) {
    return;
  }
  try {
    if (performance.now() > 1000 * Number(part.dataset.seconds)) {
      throw new Error("the question is too old");
    }
    const asked = part.dataset.passkey === "create" ? "create" : "get";
    const credential = await navigator.credentials[asked](optionsOf(part));
    form.elements.passkey.value = written(credential);
    form.submit();
  } catch {
    trouble.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-passkey]")) {
    part.querySelector("button").addEventListener("click", (event) => {
      event.preventDefault();
      ask(part);
    });
    part.hidden = false;
  }
  for (const without of document.querySelectorAll("[data-passkey-without]")) {
    without.hidden = true;
  }
}
