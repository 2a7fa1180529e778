// expect: failed
const shadow = document.querySelector("#result").attachShadow({ mode: "closed" });
shadow.innerHTML = "<p>42</p>";
