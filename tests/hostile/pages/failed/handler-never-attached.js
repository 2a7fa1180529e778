// expect: failed
document.querySelector("#double").onclik = () => {};
