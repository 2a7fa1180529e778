// expect: failed
const link = document.createElement("a");
link.href = "data:application/octet-stream,PASSED";
link.download = "results.json";
link.click();
