// expect: failed
// Neither routes nor proxies see what looks for a peer: by datagrams, or by a connection to a relay.
const peer = new RTCPeerConnection({ iceServers: [
  { urls: ["stun:127.0.0.1:@PORT@"] },
  { urls: ["turn:127.0.0.1:@PORT@?transport=tcp", "turn:127.0.0.1:@PORT@"], username: "a", credential: "b" },
] });
peer.createDataChannel("answers");
await peer.setLocalDescription(await peer.createOffer());
await new Promise(done => {
  peer.onicegatheringstatechange = () => { if (peer.iceGatheringState === "complete") done(); };
  setTimeout(done, 2000);
});
