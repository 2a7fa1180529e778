// expect: failed
for (let n = 0; n < 3; n++) { alert(n); confirm(n); prompt(n); }
onbeforeunload = () => "stay";
